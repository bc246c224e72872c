"""The portal’s parts, without a college."""
