package httpx

import (
	"bytes"
	"compress/gzip"
	"net/http"
	"strconv"
	"strings"
	"sync"
)

var zippers = sync.Pool{New: func() any {
	z, _ := gzip.NewWriterLevel(nil, gzip.BestSpeed) // a level that exists
	return z
}}

// Gzipped is a body in gzip, for who takes it so.
func Gzipped(body []byte) []byte {
	var packed bytes.Buffer
	z := zippers.Get().(*gzip.Writer)
	defer zippers.Put(z)
	z.Reset(&packed)
	z.Write(body) // into memory: it cannot fail
	z.Close()
	return packed.Bytes()
}

// TakesGzip reads Accept-Encoding (RFC 9110 §12.5.3): gzip named, or everything, and not with q=0.
func TakesGzip(r *http.Request) bool {
	for part := range strings.SplitSeq(strings.Join(r.Header.Values("Accept-Encoding"), ","), ",") {
		name, parameters, _ := strings.Cut(part, ";")
		switch strings.ToLower(strings.TrimSpace(name)) {
		case "gzip", "x-gzip", "*":
			if Quality(parameters) > 0 {
				return true
			}
		}
	}
	return false
}

// Quality reads the parameter q of what a header accepts, 1 where there is none (RFC 9110 §12.4.2).
func Quality(parameters string) float64 {
	for p := range strings.SplitSeq(parameters, ";") {
		name, value, ok := strings.Cut(p, "=")
		if ok && strings.EqualFold(strings.TrimSpace(name), "q") {
			if q, err := strconv.ParseFloat(strings.TrimSpace(value), 64); err == nil {
				return q
			}
		}
	}
	return 1
}
