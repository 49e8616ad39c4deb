// Package release is the program for computers as it is given out (« distribution »): an archive for each system, their sums, and a list
// of both, in one folder. `make dist` writes the folder, `pupitre serve --programs` offers what is in it on the page that installs the app.
//
//	programmes.json   the list: version, and for each archive its system, processor, size and SHA-256
//	SHA256SUMS        the same sums, as sha256sum -c reads them
//	biblio-exos-VERSION-SYSTEM-PROCESSOR.zip|.tar.gz
//
// Nothing here is signed by anybody whom a system knows (docs/stores.md): what a reader can check is the sums.
package release
