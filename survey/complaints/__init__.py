"""Complaints and suggestions: visitors hand them in and follow them, the staff answer, managers evaluate."""
