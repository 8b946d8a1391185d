using Google.Protobuf;
using Mandate.Protocol.Api.Common.V1;

namespace Mandate.Protocol.Conversion;

/// <summary>Applies a codec to every payload of a message, however deep: arguments, results, memos, failures, updates inside <c>Any</c>.</summary>
/// <remarks>
/// <para>Messages are shared once handed over, so the answer is a copy and the message given stays as it is.</para>
/// <para>
/// Search attributes are left alone: the service must read them. So are headers, unless the codec is an <see cref="IHeaderCodec"/> that takes them: they are context for every hop and
/// language (Go, Java, TypeScript and Python do not encode them), and what stands in front of the service reads some without having the codec's key.
/// </para>
/// </remarks>
public static class PayloadVisitor
{
    /// <summary>A copy of <paramref name="message"/> with every payload encoded.</summary>
    /// <exception cref="PayloadConversionException">The codec changed the number of payloads where one stands alone.</exception>
    public static Task<T> EncodeAsync<T>(T message, IPayloadCodec codec, CancellationToken cancellationToken = default)
        where T : class, IMessage<T> => VisitAsync(message, static m => m.Clone(), codec.EncodeAsync, codec, cancellationToken);

    /// <summary>A copy of <paramref name="message"/> with every payload decoded.</summary>
    /// <exception cref="PayloadConversionException">The codec changed the number of payloads where one stands alone.</exception>
    public static Task<T> DecodeAsync<T>(T message, IPayloadCodec codec, CancellationToken cancellationToken = default)
        where T : class, IMessage<T> => VisitAsync(message, static m => m.Clone(), codec.DecodeAsync, codec, cancellationToken);

    /// <summary>A copy of <paramref name="message"/>, whatever its type, with every payload encoded.</summary>
    /// <inheritdoc cref="EncodeAsync{T}" path="/exception"/>
    public static Task<IMessage> EncodeAnyAsync(IMessage message, IPayloadCodec codec, CancellationToken cancellationToken = default) => VisitAsync(message, Copy, codec.EncodeAsync, codec, cancellationToken);

    /// <summary>A copy of <paramref name="message"/>, whatever its type, with every payload decoded.</summary>
    /// <inheritdoc cref="DecodeAsync{T}" path="/exception"/>
    public static Task<IMessage> DecodeAnyAsync(IMessage message, IPayloadCodec codec, CancellationToken cancellationToken = default) => VisitAsync(message, Copy, codec.DecodeAsync, codec, cancellationToken);

    private static IMessage Copy(IMessage message) => message.Descriptor.Parser.ParseFrom(message.ToByteString());

    private static async Task<T> VisitAsync<T>(
        T message,
        Func<T, T> clone,
        Func<IReadOnlyList<Payload>, CancellationToken, Task<IReadOnlyList<Payload>>> apply,
        IPayloadCodec codec,
        CancellationToken cancellationToken)
        where T : class, IMessage
    {
        if (!PayloadPlan.Of(message.Descriptor).ReachesPayloads)
            return message;
        var copy = clone(message);
        var slots = new PayloadSlots(codec as IHeaderCodec);
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
