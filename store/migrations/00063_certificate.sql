-- +goose Up
-- A certificate that is known by its thumbprint proves by self_signed_tls_client_auth (RFC 8705 §2.2). Registrations of before may say
-- tls_client_auth (§2.1), which is an authority's word for a subject, and was never what was checked.
update client set proof = replace(proof, '"method":"tls_client_auth"', '"method":"self_signed_tls_client_auth"')
	where proof like '%"method":"tls_client_auth"%';
