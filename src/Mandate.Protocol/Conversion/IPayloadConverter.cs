using Mandate.Protocol.Api.Common.V1;

namespace Mandate.Protocol.Conversion;

/// <summary>Turns values into payloads and back. Runs inside workflows, so it must be deterministic, thread-safe and free of I/O.</summary>
/// <remarks>Work that needs I/O or is not deterministic, such as encryption, belongs in an <see cref="IPayloadCodec"/>.</remarks>
public interface IPayloadConverter
{
    /// <summary>Converts <paramref name="value"/>; null is a value too.</summary>
    /// <exception cref="PayloadConversionException">No encoding takes a value of this type.</exception>
    Payload ToPayload(object? value);

    /// <summary>Converts <paramref name="payload"/> to an instance of <paramref name="type"/>.</summary>
    /// <exception cref="PayloadConversionException">The encoding is unknown, or the data do not fit the type.</exception>
    object? ToValue(Payload payload, Type type);
}
