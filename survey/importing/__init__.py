"""Answers of earlier years, from the tables that offices have: seen and confirmed before anything is stored."""
