namespace Mandate.Configuration;

/// <summary>Section <c>Mandate:Payloads</c>: encryption of what workflows are given and give.</summary>
internal sealed class PayloadOptions
{
    /// <summary>File of the keys, made with <c>mandate payload-keys rotate</c>; unset, payloads are not encrypted.</summary>
    public string? KeyFile { get; set; }

    /// <summary>Whether headers are encrypted as well, but for the signed principal and trace context.</summary>
    public bool SealHeaders { get; set; } = true;

    /// <summary>Whether payloads that are not encrypted are read.</summary>
    public bool AllowUnsealed { get; set; } = true;
}
