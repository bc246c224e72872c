"""Facts in time: what is said of a registrant, from which day on, and since when the college has said it. Nothing is overwritten."""
