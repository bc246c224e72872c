"""What every page of the portal is made with: rendering, forms, texts, sessions, and the calls behind a page."""
