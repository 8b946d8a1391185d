using Google.Protobuf;
using Mandate.Protocol.Api.Common.V1;

namespace Mandate.Protocol.Conversion;

/// <summary>Applies a codec to every payload of a message, however deep: arguments, results, memos, failures, updates inside <c>Any</c>.</summary>
/// <remarks>
/// <para>Messages are shared once handed over, so the answer is a copy and the message given stays as it is.</para>
/// <para>
/// Two kinds of payload are left alone. Search attributes: the service must read them. Headers: they are context for every hop and
/// language (Go, Java, TypeScript and Python do not encode them either), and what stands in front of the service reads them without having the codec's key.
/// </para>
/// </remarks>
public static class PayloadVisitor
{
    /// <summary>A copy of <paramref name="message"/> with every payload encoded.</summary>
    /// <exception cref="PayloadConversionException">The codec changed the number of payloads where one stands alone.</exception>
    public static Task<T> EncodeAsync<T>(T message, IPayloadCodec codec, CancellationToken cancellationToken = default)
        where T : class, IMessage<T> => VisitAsync(message, codec.EncodeAsync, codec, cancellationToken);

    /// <summary>A copy of <paramref name="message"/> with every payload decoded.</summary>
    /// <exception cref="PayloadConversionException">The codec changed the number of payloads where one stands alone.</exception>
    public static Task<T> DecodeAsync<T>(T message, IPayloadCodec codec, CancellationToken cancellationToken = default)
        where T : class, IMessage<T> => VisitAsync(message, codec.DecodeAsync, codec, cancellationToken);

    private static async Task<T> VisitAsync<T>(
        T message,
        Func<IReadOnlyList<Payload>, CancellationToken, Task<IReadOnlyList<Payload>>> apply,
        IPayloadCodec codec,
        CancellationToken cancellationToken)
        where T : class, IMessage<T>
    {
        if (!PayloadPlan.Of(message.Descriptor).ReachesPayloads)
            return message;
        var copy = message.Clone();
        var slots = new PayloadSlots();
        slots.Collect(copy);
        foreach (var slot in slots.Found)
        {
            var replaced = await apply(slot.Payloads, cancellationToken).ConfigureAwait(false);
            if (slot.StandsAlone && replaced.Count != 1)
                throw PayloadCodecExtensions.NotOne(codec, replaced.Count);
            slot.Replace(replaced);
        }

        slots.Repack();
        return copy;
    }
}
