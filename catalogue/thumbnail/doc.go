// Package thumbnail (« vignettes ») fetches the pictures that notices name, once, and draws them again, small, to be served by us: nobody who
// looks at the catalogue is seen by a publisher's site, and nothing of a stranger's file reaches a browser.
//
// A notice that comes in, new or changed, leaves its thumbnail's address waiting. A worker takes one (a lease of two minutes), asks the public
// internet for it and nothing else (httpx.Abroad), reads at most 8 MiB in half a minute, looks at the picture's size before it decodes it,
// draws it in two sizes as JPEG on white, and keeps these by the hash of their content.
//
//	waiting ─▶ kept      both sizes are there; cards show them
//	        └▶ refused   with the reason, for the operator: too large, no picture, an SVG … until its notice changes or somebody asks again
//	        └▶ waiting   the site did not answer: again in 10, 20, 40 minutes, then refused
//
// PNG, JPEG, GIF (its first picture) and WebP are read. SVG is not: it is a program for drawing, and to draw it here would need one that is
// kept safe; the cover that we draw ourselves stands instead, as for all that have no picture.
package thumbnail
