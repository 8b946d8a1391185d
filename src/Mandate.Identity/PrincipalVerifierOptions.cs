namespace Mandate.Identity;

/// <summary>Settings of a <see cref="PrincipalVerifier"/>.</summary>
public sealed record PrincipalVerifierOptions
{
    /// <summary>Whose envelopes are accepted: the signer's <see cref="PrincipalSignerOptions.Issuer"/>. <c>mandate</c> unless set.</summary>
    public string Issuer { get; init; } = "mandate";

    /// <summary>How many good envelopes are remembered; 2 or more, 10,000 unless set.</summary>
    public int CacheSize { get; init; } = 10_000;
}
