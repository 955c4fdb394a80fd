terraform import mtasts_policy.example example.com
