"""A college on a cluster: manifests for kustomize, checked without a cluster."""
