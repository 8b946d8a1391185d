using System.ComponentModel;
using System.Text.Json;

namespace Mandate.Rest.Model;

/// <summary>Body of <c>POST /v1/executions/{id}/signals/{name}</c>; may be left out.</summary>
internal sealed record SignalRequest
{
    [Description("The signal's argument, any JSON value. Use either this or arguments.")]
    public JsonElement? Input { get; init; }

    [Description("The signal's arguments, when it takes several. Use either this or input.")]
    public IReadOnlyList<JsonElement>? Arguments { get; init; }
}
