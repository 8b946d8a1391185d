using System.Diagnostics.CodeAnalysis;
using Mandate.Protocol.Api.Common.V1;

namespace Mandate.Protocol.Conversion;

/// <summary>One encoding of the chain in <see cref="DefaultPayloadConverter"/>.</summary>
public interface IEncodingConverter
{
    /// <summary>The value of the payload's <c>encoding</c> metadata, such as <c>json/plain</c>.</summary>
    string Encoding { get; }

    /// <summary>Converts <paramref name="value"/> if this encoding takes it; otherwise the next in the chain is asked.</summary>
    bool TryToPayload(object? value, [NotNullWhen(true)] out Payload? payload);

    /// <summary>Converts a payload of this encoding to an instance of <paramref name="type"/>.</summary>
    /// <exception cref="PayloadConversionException">The data do not fit the type.</exception>
    object? ToValue(Payload payload, Type type);
}
