"""What is served: questions and scope, opening, publishing, closing a month."""
