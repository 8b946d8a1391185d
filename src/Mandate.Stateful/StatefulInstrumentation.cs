namespace Mandate.Stateful;

/// <summary>Names under which OpenTelemetry listens to this room.</summary>
public static class StatefulInstrumentation
{
    /// <summary>The meter.</summary>
    public const string MeterName = "Mandate.Stateful";

    /// <summary>The activity source: a span for each workflow that a rotation reaches, all in the rotation's trace.</summary>
    public const string ActivitySourceName = "Mandate.Stateful";
}
