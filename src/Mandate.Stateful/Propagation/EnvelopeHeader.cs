using Mandate.Identity;
using Mandate.Protocol.Api.Common.V1;
using Mandate.Protocol.Conversion;

namespace Mandate.Stateful.Propagation;

/// <summary>The signed principal as it arrived in a header.</summary>
internal static class EnvelopeHeader
{
    public static string? Read(IReadOnlyDictionary<string, Payload>? headers)
    {
        if (headers is null || !headers.TryGetValue(IdentityHeaders.Principal, out var payload))
            return null;
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
