module pullgate.dev/bench/reference

go 1.23
