using Mandate.Protocol.Conversion;
using Mandate.Temporal.Workflows;

namespace Mandate.Stateful.Tree;

/// <summary>Reads an acknowledgement, which is no business of users' code and therefore no public type.</summary>
internal static class AcknowledgementReader
{
    private const int MostLevels = 1_000;

    public static Acknowledgement? Read(RawPayload payload)
    {
        try
        {
            return Workflow.PayloadConverter.ToValue<Acknowledgement>(payload.Payload) is { Levels.Count: <= MostLevels, Child: not null } answer ? answer : null;
        }
        catch (PayloadConversionException)
        {
            return null;
        }
    }
}
