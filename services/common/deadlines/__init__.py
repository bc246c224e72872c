"""By when something is due: a rule of the profile and adjustments, computed when read; reminders and what happens when it passes."""
