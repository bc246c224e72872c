"""The floor's parts that need neither broker nor database."""
