using Mandate.Identity;
using Mandate.Protocol.Api.Common.V1;
using Mandate.Protocol.Conversion;

namespace Mandate.Stateful.Propagation;

/// <summary>The signed principal as it arrived in a header.</summary>
internal static class EnvelopeHeader
{
    public static string? Read(IReadOnlyDictionary<string, Payload>? headers) => headers is not null && headers.TryGetValue(IdentityHeaders.Principal, out var payload) ? Text(payload) : null;

    /// <summary>The text of a header; null where it is none.</summary>
    public static string? Text(Payload payload)
    {
        try
        {
            return DataConverter.Default.PayloadConverter.ToValue(payload, typeof(string)) as string;
        }
        catch (PayloadConversionException)
        {
            return null;
        }
    }
}
