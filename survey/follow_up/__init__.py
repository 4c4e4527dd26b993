"""The follow-up register: what is done about the results of the survey, and the evidence for it."""
