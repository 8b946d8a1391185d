namespace Mandate.Identity;

/// <summary>Settings of a <see cref="PrincipalSigner"/>.</summary>
public sealed record PrincipalSignerOptions
{
    /// <summary>Who signs: claim <c>iss</c>, the same text that verifiers are configured with. <c>mandate</c> unless set.</summary>
    public string Issuer { get; init; } = "mandate";

    /// <summary>The clock.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
