using Mandate.Protocol.Api.Common.V1;

namespace Mandate.Protocol.Conversion;

/// <summary>Several codecs as one: encodes first to last and decodes last to first, so compression is named before encryption.</summary>
public sealed class PayloadCodecChain : IHeaderCodec
{
    private readonly IPayloadCodec[] _codecs;

    /// <summary>Creates the chain; without codecs it changes nothing.</summary>
    public PayloadCodecChain(params IEnumerable<IPayloadCodec> codecs) => _codecs = [.. codecs];

    /// <summary>Whether one of them transforms it: then all do, so that what reads it back finds the same order.</summary>
    public bool EncodesHeader(string name) => _codecs.Any(c => c is IHeaderCodec headers && headers.EncodesHeader(name));

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
