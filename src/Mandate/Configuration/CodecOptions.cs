namespace Mandate.Configuration;

/// <summary>Section <c>Mandate:Codec</c>: the endpoint by which Temporal's web interface shows encrypted payloads.</summary>
internal sealed class CodecOptions
{
    /// <summary>Whether <c>/codec/encode</c> and <c>/codec/decode</c> are offered.</summary>
    public bool Enabled { get; set; }

    /// <summary>Scope that callers need.</summary>
    public string Scope { get; set; } = "mandate:codec";

    /// <summary>Origins of the web pages that may call it, such as <c>https://temporal.example.com</c>.</summary>
    public List<string> AllowedOrigins { get; set; } = [];
}
