c = "second"
