namespace Mandate.Configuration;

/// <summary>Section <c>Mandate:Audit:Streams</c>.</summary>
internal sealed class AuditStreamSettings
{
    /// <summary>File events are appended to as lines of JSON with the field names of the Elastic Common Schema.</summary>
    public string? File { get; set; }

    /// <summary>Address events are posted to as CloudEvents, signed.</summary>
    public string? WebhookAddress { get; set; }

    /// <summary>File with the key the webhook is signed with, in base64; read at each request.</summary>
    public string? WebhookKeyFile { get; set; }

    /// <summary>Base address of an OpenTelemetry collector that takes OTLP over HTTP.</summary>
    public string? OtlpEndpoint { get; set; }
}
