"""Keys and what they protect: tokens, encryption, hashed secrets, transport."""
