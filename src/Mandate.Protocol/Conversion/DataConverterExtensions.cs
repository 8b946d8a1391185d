using Mandate.Protocol.Api.Common.V1;
using Mandate.Protocol.Api.Failure.V1;

namespace Mandate.Protocol.Conversion;

/// <summary>Conversion and codec in one step, for code outside workflows.</summary>
public static class DataConverterExtensions
{
    /// <summary>Converts and encodes values; null when there is none.</summary>
    /// <exception cref="PayloadConversionException">A value has no payload form.</exception>
    public static async Task<Payloads?> ToPayloadsAsync(this DataConverter converter, IReadOnlyCollection<object?>? values, CancellationToken cancellationToken = default)
    {
        var payloads = converter.PayloadConverter.ToPayloads(values);
        return payloads is null || converter.Codec is null
            ? payloads
            : new Payloads { Payloads_ = { await converter.Codec.EncodeAsync(payloads.Payloads_, cancellationToken).ConfigureAwait(false) } };
    }

    /// <summary>Headers to send: encoded where the codec takes headers; null when there are none.</summary>
    public static async Task<Header?> ToHeaderAsync(this DataConverter converter, IReadOnlyDictionary<string, Payload>? headers, CancellationToken cancellationToken = default)
    {
        if (headers is null || headers.Count == 0)
            return null;
        var header = new Header();
        foreach (var (name, payload) in headers)
        {
            header.Fields[name] = converter.Codec is IHeaderCodec codec && codec.EncodesHeader(name)
                ? await codec.EncodeOneAsync(payload, cancellationToken).ConfigureAwait(false)
                : payload;
        }

        return header;
    }

    /// <summary>Converts and encodes one value.</summary>
    /// <exception cref="PayloadConversionException">The value has no payload form.</exception>
    public static async Task<Payload> ToPayloadAsync(this DataConverter converter, object? value, CancellationToken cancellationToken = default)
    {
        var payload = converter.PayloadConverter.ToPayload(value);
        return converter.Codec is null ? payload : await converter.Codec.EncodeOneAsync(payload, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Decodes and converts one payload.</summary>
    /// <exception cref="PayloadConversionException">The payload cannot be read as that type.</exception>
    public static async Task<object?> ToValueAsync(this DataConverter converter, Payload payload, Type type, CancellationToken cancellationToken = default)
    {
        if (converter.Codec is not null)
            payload = await converter.Codec.DecodeOneAsync(payload, cancellationToken).ConfigureAwait(false);
        return converter.PayloadConverter.ToValue(payload, type);
    }

    /// <summary>Decodes and converts one payload.</summary>
    /// <exception cref="PayloadConversionException">The payload cannot be read as that type.</exception>
    public static async Task<T> ToValueAsync<T>(this DataConverter converter, Payload payload, CancellationToken cancellationToken = default) =>
        (T)(await converter.ToValueAsync(payload, typeof(T), cancellationToken).ConfigureAwait(false))!;

    /// <summary>Decodes a list that holds one result and converts it. No payload at all is null, which is how a result of a method without one arrives.</summary>
    /// <exception cref="PayloadConversionException">There is more than one payload, or it cannot be read as that type.</exception>
    public static async Task<object?> ToSingleValueAsync(this DataConverter converter, Payloads? payloads, Type type, CancellationToken cancellationToken = default)
    {
        var list = payloads.OrEmpty();
        if (converter.Codec is not null && list.Count > 0)
            list = await converter.Codec.DecodeAsync(list, cancellationToken).ConfigureAwait(false);
        return list.Count switch
        {
            0 when !type.IsValueType || Nullable.GetUnderlyingType(type) is not null => null,
            1 => converter.PayloadConverter.ToValue(list[0], type),
            var count => throw new PayloadConversionException($"Expected one payload to read as {type}, found {count}."),
        };
    }

    /// <inheritdoc cref="ToSingleValueAsync(DataConverter, Payloads?, Type, CancellationToken)"/>
    public static async Task<T> ToSingleValueAsync<T>(this DataConverter converter, Payloads? payloads, CancellationToken cancellationToken = default) =>
        (T)(await converter.ToSingleValueAsync(payloads, typeof(T), cancellationToken).ConfigureAwait(false))!;

    /// <summary>Converts an exception and encodes its payloads.</summary>
    public static async Task<Failure> ToFailureAsync(this DataConverter converter, Exception exception, CancellationToken cancellationToken = default)
    {
        var failure = converter.FailureConverter.ToFailure(exception, converter.PayloadConverter);
        return converter.Codec is null ? failure : await PayloadVisitor.EncodeAsync(failure, converter.Codec, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Decodes a failure's payloads and converts it.</summary>
    public static async Task<Exception> ToExceptionAsync(this DataConverter converter, Failure failure, CancellationToken cancellationToken = default)
    {
        if (converter.Codec is not null)
            failure = await PayloadVisitor.DecodeAsync(failure, converter.Codec, cancellationToken).ConfigureAwait(false);
        return converter.FailureConverter.ToException(failure, converter.PayloadConverter);
    }
}
