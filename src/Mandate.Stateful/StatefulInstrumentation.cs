namespace Mandate.Stateful;

/// <summary>Names under which OpenTelemetry listens to this room.</summary>
public static class StatefulInstrumentation
{
    /// <summary>The meter.</summary>
    public const string MeterName = "Mandate.Stateful";

    /// <summary>
    /// The activity source. <c>apiToken adopt</c>: a token on its way to a workflow, below that of the workflow which sent it. <c>apiToken deliver</c>: from handing on until all below have
    /// answered, where somebody waits for it. <c>apiToken redeem</c>: an activity's question to the vault.
    /// </summary>
    public const string ActivitySourceName = "Mandate.Stateful";
}
