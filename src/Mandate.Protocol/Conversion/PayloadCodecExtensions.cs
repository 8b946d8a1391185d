using Mandate.Protocol.Api.Common.V1;

namespace Mandate.Protocol.Conversion;

/// <summary>A codec on a payload that stands alone.</summary>
public static class PayloadCodecExtensions
{
    /// <summary>Encodes one payload.</summary>
    /// <exception cref="PayloadConversionException">The codec did not answer exactly one.</exception>
    public static async Task<Payload> EncodeOneAsync(this IPayloadCodec codec, Payload payload, CancellationToken cancellationToken = default) =>
        One(await codec.EncodeAsync([payload], cancellationToken).ConfigureAwait(false), codec);

    /// <summary>Decodes one payload.</summary>
    /// <exception cref="PayloadConversionException">The codec did not answer exactly one.</exception>
    public static async Task<Payload> DecodeOneAsync(this IPayloadCodec codec, Payload payload, CancellationToken cancellationToken = default) =>
        One(await codec.DecodeAsync([payload], cancellationToken).ConfigureAwait(false), codec);

    internal static PayloadConversionException NotOne(IPayloadCodec codec, int count) =>
        new($"{codec.GetType().Name} answered {count} payloads for one that stands alone; only lists of arguments may change in number.");

    private static Payload One(IReadOnlyList<Payload> payloads, IPayloadCodec codec) => payloads.Count == 1 ? payloads[0] : throw NotOne(codec, payloads.Count);
}
