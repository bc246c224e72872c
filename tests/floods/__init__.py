"""`make test-floods`: what everybody else sees of the college while somebody floods it, without and with the proxy in front."""
