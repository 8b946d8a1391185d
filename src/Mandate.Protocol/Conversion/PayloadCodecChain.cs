using Mandate.Protocol.Api.Common.V1;

namespace Mandate.Protocol.Conversion;

/// <summary>Several codecs as one: encodes first to last and decodes last to first, so compression is named before encryption.</summary>
public sealed class PayloadCodecChain : IPayloadCodec
{
    private readonly IPayloadCodec[] _codecs;

    /// <summary>Creates the chain; without codecs it changes nothing.</summary>
    public PayloadCodecChain(params IEnumerable<IPayloadCodec> codecs) => _codecs = [.. codecs];

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Payload>> EncodeAsync(IReadOnlyList<Payload> payloads, CancellationToken cancellationToken = default)
    {
        foreach (var codec in _codecs)
            payloads = await codec.EncodeAsync(payloads, cancellationToken).ConfigureAwait(false);
        return payloads;
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Payload>> DecodeAsync(IReadOnlyList<Payload> payloads, CancellationToken cancellationToken = default)
    {
        for (var i = _codecs.Length - 1; i >= 0; i--)
            payloads = await _codecs[i].DecodeAsync(payloads, cancellationToken).ConfigureAwait(false);
        return payloads;
    }
}
