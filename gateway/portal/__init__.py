"""The portal: pages for the public, applicants, registrants and staff, in both languages, that work without scripts."""
