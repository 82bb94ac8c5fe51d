package io.longshore.node.cli;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * What a node answered, if it was not an error.
 *
 * @param status 200 to 299
 * @param body the JSON value; a missing node if there was none
 */
public record ApiResponse(int status, JsonNode body) {}
