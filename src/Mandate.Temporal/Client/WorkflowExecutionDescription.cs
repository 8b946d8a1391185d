using Mandate.Protocol.Api.WorkflowService.V1;
using Mandate.Protocol.Conversion;

namespace Mandate.Temporal.Client;

/// <summary>A run with what it waits for.</summary>
public sealed class WorkflowExecutionDescription : WorkflowExecution
{
    private readonly DataConverter _converter;

    internal WorkflowExecutionDescription(DescribeWorkflowExecutionResponse response, DataConverter converter)
        : base(response.WorkflowExecutionInfo, converter)
    {
        RawDescription = response;
        _converter = converter;
    }

    /// <summary>The protocol's message, with pending activities, children and the pending workflow task.</summary>
    public DescribeWorkflowExecutionResponse RawDescription { get; }

    /// <summary>One line for people from the start.</summary>
    public async Task<string?> GetStaticSummaryAsync(CancellationToken cancellationToken = default) => RawDescription.ExecutionConfig?.UserMetadata?.Summary is { } summary
        ? await _converter.ToValueAsync<string>(summary, cancellationToken).ConfigureAwait(false)
        : null;

    /// <summary>More lines for people from the start.</summary>
    public async Task<string?> GetStaticDetailsAsync(CancellationToken cancellationToken = default) => RawDescription.ExecutionConfig?.UserMetadata?.Details is { } details
        ? await _converter.ToValueAsync<string>(details, cancellationToken).ConfigureAwait(false)
        : null;
}
