using Google.Protobuf.Collections;
using Mandate.Protocol.Api.Common.V1;

namespace Mandate.Protocol.Conversion;

/// <summary>Typed and plural forms of <see cref="IPayloadConverter"/>.</summary>
public static class PayloadConverterExtensions
{
    /// <summary>Converts <paramref name="payload"/> to <typeparamref name="T"/>.</summary>
    /// <exception cref="PayloadConversionException">The encoding is unknown, or the data do not fit the type.</exception>
    public static T ToValue<T>(this IPayloadConverter converter, Payload payload) => (T)converter.ToValue(payload, typeof(T))!;

    /// <summary>Converts each value, in order; null when there is none, which is how the protocol says "no arguments".</summary>
    public static Payloads? ToPayloads(this IPayloadConverter converter, IReadOnlyCollection<object?>? values)
    {
        if (values is null || values.Count == 0)
            return null;
        var payloads = new Payloads();
        payloads.Payloads_.Capacity = values.Count;
        foreach (var value in values)
            payloads.Payloads_.Add(converter.ToPayload(value));
        return payloads;
    }

    internal static IReadOnlyList<Payload> OrEmpty(this Payloads? payloads) => payloads?.Payloads_ ?? [];
}
