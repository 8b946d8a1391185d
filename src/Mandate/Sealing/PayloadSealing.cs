using Mandate.Configuration;
using Mandate.Identity.Keys;
using Mandate.Protocol.Conversion;
using Mandate.Protocol.Conversion.Sealing;

namespace Mandate.Sealing;

/// <summary>The codec that encrypts this program's payloads, as the settings say.</summary>
internal sealed class PayloadSealing : IAsyncDisposable
{

    private PayloadSealing(PayloadKeyRing? keys, PayloadOptions options, string @namespace)
    {
        Keys = keys;
        if (keys is not null)
            Codec = new(keys, new() { Namespace = @namespace, SealHeaders = options.SealHeaders, AllowUnsealed = options.AllowUnsealed });
    }

    /// <summary>The keys; null when payloads are not encrypted.</summary>
    public PayloadKeyRing? Keys { get; }

    /// <summary>The codec; null when payloads are not encrypted.</summary>
    public SealingCodec? Codec { get; }

    /// <summary>For clients and workers.</summary>
    public DataConverter Converter => Codec is null ? DataConverter.Default : DataConverter.Default with { Codec = Codec };

    /// <exception cref="KeyRingException">The keys are missing, unreadable, readable by others, or damaged.</exception>
    public static async Task<PayloadSealing> OpenAsync(MandateOptions options, ILoggerFactory loggers, CancellationToken cancellation) => new(
        options.Payloads.KeyFile is { } file ? await PayloadKeyRing.OpenAsync(file, loggers: loggers, cancellation: cancellation) : null,
        options.Payloads,
        options.Temporal.Namespace);

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        Keys?.Dispose();
        return default;
    }
}
