default_only = "never read"
