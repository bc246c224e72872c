"""Applications for registration: the form, the documents, the review and the decision."""
