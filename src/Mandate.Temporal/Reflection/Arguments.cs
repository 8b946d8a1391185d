using Mandate.Protocol.Api.Common.V1;
using Mandate.Protocol.Conversion;

namespace Mandate.Temporal.Reflection;

/// <summary>Payloads as arguments of a method.</summary>
internal static class Arguments
{
    /// <summary>Converts payloads to a method's parameters. Missing ones take their default, surplus ones are left out, so that callers and methods may grow apart by one release.</summary>
    /// <exception cref="PayloadConversionException">A parameter without default has no payload, or a payload does not fit.</exception>
    internal static object?[] Decode(MethodCall method, IReadOnlyList<Payload>? payloads, IPayloadConverter converter, string callee)
    {
        var count = method.ParameterTypes.Count;
        if (count == 0)
            return [];
        var given = payloads?.Count ?? 0;
        if (given < method.RequiredParameterCount)
            throw new PayloadConversionException($"{callee} takes {method.RequiredParameterCount} argument(s), but was called with {given}.");
        var arguments = new object?[count];
        for (var i = 0; i < count; i++)
            arguments[i] = i < given ? DecodeOne(payloads![i], method.ParameterTypes[i], converter, i, callee) : method.Defaults[i];
        return arguments;
    }

    /// <summary>Arguments of a dynamic handler: the payloads as they are.</summary>
    internal static RawPayload[] Raw(IReadOnlyList<Payload>? payloads) => payloads is null ? [] : [.. payloads.Select(p => new RawPayload(p))];

    private static object? DecodeOne(Payload payload, Type type, IPayloadConverter converter, int position, string callee)
    {
        try
        {
            return converter.ToValue(payload, type);
        }
        catch (Exception e)
        {
            throw new PayloadConversionException($"Argument {position + 1} of {callee} cannot be read as {type}: {e.Message}", e);
        }
    }
}
