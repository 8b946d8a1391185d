namespace Mandate.Testing;

/// <summary>TLS of an <see cref="OidcProvider"/>, all in PEM.</summary>
/// <param name="Certificate">The server's certificate.</param>
/// <param name="Key">Its private key.</param>
/// <param name="ClientAuthorities">Authorities of clients' certificates; null when none is asked for.</param>
public sealed record OidcTls(string Certificate, string Key, string? ClientAuthorities = null);
