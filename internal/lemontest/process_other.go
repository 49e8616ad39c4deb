//go:build !linux

package lemontest

import (
	"os/exec"
	"testing"
)

func bind(testing.TB, *exec.Cmd) {}

func own(testing.TB, string) {}
