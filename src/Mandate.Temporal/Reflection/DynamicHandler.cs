using Mandate.Protocol.Conversion;

namespace Mandate.Temporal.Reflection;

/// <summary>Shape of handlers for names nobody else handles.</summary>
internal static class DynamicHandler
{
    internal static void Check(MethodCall call, string what)
    {
        if (call.ParameterTypes.Count != 2 || call.ParameterTypes[0] != typeof(string) || call.ParameterTypes[1] != typeof(RawPayload[]))
            throw new DefinitionException($"A dynamic {what} handler takes the {what}'s name and its arguments: (string, RawPayload[]).");
    }
}
