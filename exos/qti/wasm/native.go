//go:build !js

package main

// main does nothing outside of a browser; it lets `go build ./...` pass.
func main() {}
