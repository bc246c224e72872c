"""The broker and the database of this machine's colleges: found or unpacked, started, administered."""
